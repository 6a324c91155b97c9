// SPDX-License-Identifier: Apache-2.0

extension WorkPage {
    static let template = """
        <p class="verdict {{tone}}">{{verdict}}{{#issueLink}} <a href="{{issueLink}}" rel="noreferrer">Open {{issue}} in Jira</a>{{/issueLink}}</p>
        {{#why}}<p class="problem">{{why}}</p>{{/why}}
        <dl>{{#details}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/details}}</dl>
        {{#isLetter}}{{#isKept}}<nav aria-label="The letter itself"><p><a href="{{address}}/html">Filtered HTML</a> ·
        <a href="{{address}}/text">Text</a> · <a href="{{address}}/source">Source</a> ·
        <a href="{{address}}/message.eml">Download</a></p></nav>{{/isKept}}{{/isLetter}}
        {{#hasMails}}<nav aria-label="The mail itself"><ul>{{#mails}}<li><a href="{{link}}" download>{{words}}</a></li>{{/mails}}</ul></nav>{{/hasMails}}
        <h2>Report</h2>
        {{^hasSections}}<p>Nothing was decided yet.</p>{{/hasSections}}
        {{#sections}}<h3>{{title}}</h3><ul>{{#lines}}<li>{{.}}</li>{{/lines}}</ul>
        {{/sections}}
        {{#hasActions}}<section class="actions" aria-labelledby="actions"><h2 id="actions">What can be done</h2>
        {{#canRetry}}<form method="post" action="{{address}}/retry"><input type="hidden" name="token" value="{{token}}">
        <p>It is tried once more at once, with the profile as it is now.</p><p><button>Try again now</button></p></form>{{/canRetry}}
        {{#canRerun}}<form method="post" action="{{address}}/rerun"><input type="hidden" name="token" value="{{token}}">
        <p><strong>The letter is processed from the start.</strong> When that succeeds, Jira gets another issue or comment
        beside the one that may be there.</p>
        <p><input type="checkbox" id="rerun-sure" name="sure" value="yes" required>
        <label class="inline" for="rerun-sure">I want another issue or comment</label></p>
        <p><button>Run again</button></p></form>{{/canRerun}}
        {{#canDiscard}}<form method="post" action="{{address}}/discard"><input type="hidden" name="token" value="{{token}}">
        <p><strong>It is deleted here for good</strong>, and nothing comes of it.</p>
        <p><input type="checkbox" id="discard-sure" name="sure" value="yes" required>
        <label class="inline" for="discard-sure">Delete it</label></p>
        <p><button>Discard</button></p></form>{{/canDiscard}}</section>{{/hasActions}}
        {{#isLetter}}{{#hasPlan}}<h2>Make a case</h2>
        <p>Five files tell what came and for whom, under which profile, what was known, and what was decided. They hold the whole letter:
        give them only to who may read it.</p>
        <ul><li><a href="{{address}}/message.eml" download>message.eml</a></li>
        <li><a href="{{address}}/envelope.json" download>envelope.json</a></li>
        <li><a href="{{address}}/profile.json" download>profile.json</a> (as it is now)</li>
        <li><a href="{{address}}/facts.json" download>facts.json</a></li>
        <li><a href="{{address}}/report.json" download>report.json</a></li></ul>{{/hasPlan}}{{/isLetter}}
        """
}
